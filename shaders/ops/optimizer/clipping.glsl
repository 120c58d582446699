// Clipping by the global norm. Include after the declaration of clip_norm, norm and counters.

// What turns a gradient of the scaled loss into a clipped one of the loss.
float gradient_factor() {
    float unscale = uintBitsToFloat(counters[6]);
    return clip_norm > 0.0 ? unscale * min(1.0, clip_norm / (norm[0] * unscale + 1e-6)) : unscale;
}
