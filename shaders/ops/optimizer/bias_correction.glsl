// Adam's bias corrections.

// 1 - exp(x) for x at most 0, without cancellation near 0.
float one_minus_exp(float x) {
    if (x < -0.35) return 1.0 - exp(x);
    float p = 1.0 + x / 8.0;
    p = 1.0 + x / 7.0 * p;
    p = 1.0 + x / 6.0 * p;
    p = 1.0 + x / 5.0 * p;
    p = 1.0 + x / 4.0 * p;
    p = 1.0 + x / 3.0 * p;
    p = 1.0 + x / 2.0 * p;
    return -x * p;
}
