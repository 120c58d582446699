// What every two-dimensional convolution shares: its geometry. Activations are NCHW, weights w [out, in, kernel_height, kernel_width].
//
//   output position (oy, ox) reads input position (oy * stride_y - padding_y + r, ox * stride_x - padding_x + s)

layout(push_constant) uniform Parameters {
    uint batch_count;      // images
    uint in_channels;      // channels of the input
    uint out_channels;     // channels of the output
    uint in_height;        // rows of the input
    uint in_width;         // columns of the input
    uint out_height;       // rows of the output
    uint out_width;        // columns of the output
    uint kernel_height;    // rows of w
    uint stride_y;         // input rows from one output row to the next
    uint padding_y;        // zero rows above the input
    uint padding_x;        // zero columns left of the input
    uint images_per_split; // images that one split sums over (weight gradient only)
};
