// The order of elements for a maximum.

bool is_nan_bits(uint bits) {
    return (bits & 0x7fffffffu) > 0x7f800000u;
}

// Strictly greater, NaN above all: of equals the first stays, which the gradient relies on.
bool is_above(float value, float best) {
    if (is_nan_bits(floatBitsToUint(best))) return false;
    return is_nan_bits(floatBitsToUint(value)) || value > best;
}
