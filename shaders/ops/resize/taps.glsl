// Where an output pixel of a resize reads its axis and with which weights; corners are not aligned, as in PyTorch.
// The including shader has the variant axis FILTER = bilinear, bicubic.

#define bilinear 1
#define bicubic 2
#if FILTER == bicubic
#define TAPS 4
#else
#define TAPS 2
#endif
#undef bilinear
#undef bicubic

struct AxisTaps {
    int first; // input place of the first tap; taps outside the input read its border
    float weights[TAPS];
};

#if TAPS == 4
// Keys' kernel with a = -0.75; distance in [0, 1] and in [1, 2].
float cubic_near(float d) {
    return (1.25 * d - 2.25) * d * d + 1.0;
}

float cubic_far(float d) {
    return ((-0.75 * d + 3.75) * d - 6.0) * d + 3.0;
}
#endif

// The centre of output pixel o lies at (o + 0.5) * input / output - 0.5 = numerator / (2 * output); in integers no rounding can move it to another pixel.
AxisTaps taps_at(uint o, uint input_length, uint output_length) {
    int denominator = 2 * int(output_length);
    int numerator = int((2 * o + 1) * input_length) - int(output_length);
    AxisTaps taps;
#if TAPS == 2
    numerator = max(numerator, 0);
    taps.first = numerator / denominator;
    float t = float(numerator - taps.first * denominator) / float(denominator);
    taps.weights[0] = 1.0 - t;
    taps.weights[1] = t;
#else
    // At least -output / denominator, so one whole denominator makes it positive for the division.
    int place = (numerator + denominator) / denominator - 1;
    float t = float(numerator - place * denominator) / float(denominator);
    taps.first = place - 1;
    taps.weights[0] = cubic_far(1.0 + t);
    taps.weights[1] = cubic_near(t);
    taps.weights[2] = cubic_near(1.0 - t);
    taps.weights[3] = cubic_far(2.0 - t);
#endif
    return taps;
}

uint tap_place(AxisTaps taps, int tap, uint input_length) {
    return uint(clamp(taps.first + tap, 0, int(input_length) - 1));
}
