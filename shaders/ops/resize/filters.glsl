// Filters of a resize that does not alias: where an output pixel reads its axis, and with which weights before they are divided by their sum.
// The including shader has the variant axis FILTER = bicubic, lanczos.

#define bicubic 1
#define lanczos 2
#if FILTER == lanczos
#define LOBES 3
#else
#define LOBES 2
#endif
#undef bicubic
#undef lanczos

struct Taps {
    uint first; // input place of the first tap
    uint count;
    int numerator; // distance of the first tap in numerator / denominator samples
    int step; // of the numerator from tap to tap
    int denominator;
};

// The centre of output pixel o lies at (2 * o + 1) * input / (2 * output); in integers no rounding can move it.
Taps taps_at(uint o, uint input_length, uint output_length) {
    int center = int((2 * o + 1) * input_length);
    int reach = 2 * LOBES * int(max(input_length, output_length));
    int unit = 2 * int(output_length);
    uint first = uint(max(center - reach + int(output_length), 0) / unit);
    uint end = min(uint((center + reach + int(output_length)) / unit), input_length);
    return Taps(first, end - first, int((2 * first + 1) * output_length) - center, unit, 2 * int(max(input_length, output_length)));
}

#if LOBES == 3
// sinc(x) * sinc(x / 3) without a sine, of which drivers need not compute more than 11 bits: with u = (x / 3)^2 the second factor is (1 - u) * P(u),
// P fitted on [0, 1], and the first follows from sin(3 t) = 3 sin(t) - 4 sin(t)^3.
float filter_weight(float x) {
    float u = min(x * x / 9.0, 1.0);
    float p = -1.22834115e-04;
    p = p * u + 2.18363124e-03;
    p = p * u - 2.39328193e-02;
    p = p * u + 1.66805877e-01;
    p = p * u - 6.44933855e-01;
    p = p * u + 9.99999997e-01;
    float sinc = (1.0 - u) * p;
    float square = sinc * sinc;
    return square * (1.0 - 13.1594725 * u * square);
}
#else
// Keys' kernel with a = -0.5.
float filter_weight(float x) {
    float d = abs(x);
    if (d < 1.0) return (1.5 * d - 2.5) * d * d + 1.0;
    return d < 2.0 ? ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0 : 0.0;
}
#endif

float tap_weight(Taps taps, uint tap) {
    return filter_weight(float(taps.numerator + int(tap) * taps.step) / float(taps.denominator));
}
