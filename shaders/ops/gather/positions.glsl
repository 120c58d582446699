// Search in the sorted positions of one image; the including shader binds positions[] and pushes position_count.

const uint NOT_FOUND = 0xffffffffu;

// Which of the image's positions is this token, or NOT_FOUND.
uint find_position(uint image, int token) {
    uint base = image * position_count;
    uint low = 0;
    uint high = position_count;
    while (low < high) {
        uint middle = (low + high) / 2;
        if (positions[base + middle] < token) low = middle + 1;
        else high = middle;
    }
    if (low < position_count && positions[base + low] == token) return low;
    return NOT_FOUND;
}
