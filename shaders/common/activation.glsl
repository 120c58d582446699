// Scalar activations in float: relu, error_function, normal_distribution, gelu, gelu_derivative.
#ifndef CIM_COMMON_ACTIVATION
#define CIM_COMMON_ACTIVATION

// 0 for negative x; a NaN stays a NaN, which max(x, 0) does not promise.
float relu(float x) {
    return x < 0.0 ? 0.0 : x;
}

// 1 - erf(t) for 1 <= t: exp(-t^2) times a smooth factor, fitted in the exponent on [1, 4.2]; beyond, erf is 1 in float.
float error_function_tail(float t) {
    const float u = min(t, 4.2);
    float p = -1.212128006e-05;
    p = p * u + 2.972896893e-04;
    p = p * u - 3.293045833e-03;
    p = p * u + 2.207428686e-02;
    p = p * u - 1.021122823e-01;
    p = p * u + 3.593719310e-01;
    p = p * u - 1.124884250e+00;
    p = p * u - 1.047845160e-03;
    return exp(p - u * u);
}

// Error function, absolute error below 2e-7: odd polynomial up to 1, exponential tail beyond.
float error_function(float x) {
    const float t = abs(x);
    const float s = min(t * t, 1.0);
    float p = -9.673591047e-06;
    p = p * s + 1.126825398e-04;
    p = p * s - 8.484396562e-04;
    p = p * s + 5.221053413e-03;
    p = p * s - 2.686543831e-02;
    p = p * s + 1.128378262e-01;
    p = p * s - 3.761263848e-01;
    p = p * s + 1.128379167e+00;
    return t < 1.0 ? x * p : sign(x) * (1.0 - error_function_tail(t));
}

// Distribution function of the standard normal.
float normal_distribution(float x) {
    return 0.5 + 0.5 * error_function(0.7071067811865476 * x);
}

// x times the probability that a standard normal value is below x.
float gelu(float x) {
    return x * normal_distribution(x);
}

float gelu_derivative(float x) {
    return normal_distribution(x) + x * 0.39894228 * exp(-0.5 * x * x);
}

#endif
