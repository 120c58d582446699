// Which pooling windows cover a place; the including shader pushes kernel_size and stride.

// First and one past the last window of an axis that cover the (padded) place.
uvec2 windows_over(uint place, uint window_count) {
    uint first = place < kernel_size ? 0 : (place - kernel_size) / stride + 1;
    return uvec2(first, min(place / stride + 1, window_count));
}
