// A position outside [0, size) mirrored at the border pixel, which is not repeated; at most size - 1 outside.
uint reflected(int position, uint size) {
    int last = int(size) - 1;
    return uint(last - abs(last - abs(position)));
}
