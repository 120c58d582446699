// The error function, its complement and what the exact GELU needs of them; absolute errors below 2e-7, NaN stays NaN.
//
// Below 1: x times an interpolating polynomial in x * x. From 1 to 4: 1 - exp(-p(x)), where p interpolates -log(erfc(x)) at Chebyshev points.

// erfc(x) for x in [1, 4]; beyond, where it is below 2e-8, zero.
float erfc_tail(float x) {
    float p = -1.6371514e-6;
    p = p * x + 4.6058043e-5;
    p = p * x - 5.9680563e-4;
    p = p * x + 4.7595963e-3;
    p = p * x - 2.6421136e-2;
    p = p * x + 1.1008008e-1;
    p = p * x + 6.3182605e-1;
    p = p * x + 1.1302334;
    p = p * x - 3.2013805e-4;
    return x > 4.0 ? 0.0 : exp(-p);
}

// erf(x) / x as a function of x * x, for |x| at most 1.
float erf_ratio(float square) {
    float p = 7.8758751e-5;
    p = p * square - 8.0168643e-4;
    p = p * square + 5.1890874e-3;
    p = p * square - 2.6854212e-2;
    p = p * square + 1.1283595e-1;
    p = p * square - 3.7612627e-1;
    return p * square + 1.1283792;
}

float erf(float x) {
    float magnitude = abs(x);
    if (magnitude > 1.0) {
        float value = 1.0 - erfc_tail(magnitude);
        return x < 0.0 ? -value : value;
    }
    return x * erf_ratio(x * x);
}

// The standard normal distribution function, without cancellation for negative x.
float normal_distribution(float x) {
    float scaled = x * 0.70710678;
    float magnitude = abs(scaled);
    if (magnitude > 1.0) {
        float tail = 0.5 * erfc_tail(magnitude);
        return x < 0.0 ? tail : 1.0 - tail;
    }
    return 0.5 + 0.5 * scaled * erf_ratio(scaled * scaled);
}

float gelu(float x) {
    return x * normal_distribution(x);
}

float gelu_derivative(float x) {
    return normal_distribution(x) + x * 0.39894228 * exp(-0.5 * x * x);
}
