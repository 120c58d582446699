// Philox4x32-10, the counter-based generator of Salmon et al. (SC 2011): a pure function of key and counter.
// The same as Philox.cs on the host. Key: the run's seed; counter: (element, second index, step, stream).

uvec4 philox(uvec2 key, uvec4 counter) {
    for (uint round = 0; round < 10; round++) {
        uint high_a, low_a, high_b, low_b;
        umulExtended(0xD2511F53u, counter.x, high_a, low_a);
        umulExtended(0xCD9E8D57u, counter.z, high_b, low_b);
        counter = uvec4(high_b ^ counter.y ^ key.x, low_b, high_a ^ counter.w ^ key.y, low_a);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

// Numbers in (0, 1), neither 0 nor 1.
vec4 philox_unit(uvec4 words) {
    return (vec4(words >> 9) + 0.5) * (1.0 / 8388608.0);
}

// -log(u) for u in (0, 1): near 1 by its series, because a driver's logarithm may return 0 or less there.
float negative_log_unit(float u) {
    float rest = 1.0 - u;
    float series = rest * (1.0 + rest * (0.5 + rest * (0.33333333 + rest * 0.25)));
    return rest < 0.015625 ? series : -log(u);
}

// Standard Gumbel noise: -log(-log(u)).
float gumbel(float u) {
    return -log(negative_log_unit(u));
}
