// What every two-dimensional convolution shares: its geometry. Images are NCHW or, on matrix units, NHWC; weights w [out, in, KERNEL_HEIGHT, KERNEL_WIDTH].
//
//   output position (oy, ox) reads input position (oy * STRIDE_Y - padding_y + r * DILATION, ox * STRIDE_X - padding_x + s * DILATION)

layout(constant_id = 10) const uint KERNEL_HEIGHT = 3;  // rows of w
layout(constant_id = 11) const uint KERNEL_WIDTH = 3;   // columns of w
layout(constant_id = 12) const uint STRIDE_Y = 1;       // input rows from one output row to the next
layout(constant_id = 13) const uint STRIDE_X = 1;       // input columns from one output column to the next
layout(constant_id = 17) const uint DILATION = 1;       // input positions from one tap to the next; above 1 only with strides of 1

layout(push_constant) uniform Parameters {
    uint batch_count;      // images
    uint in_channels;      // channels of the input
    uint out_channels;     // channels of the output
    uint in_height;        // rows of the input
    uint in_width;         // columns of the input
    uint out_height;       // rows of the output
    uint out_width;        // columns of the output
    uint padding_y;        // zero rows above the input
    uint padding_x;        // zero columns left of the input
    uint images_per_split; // images that one split sums over (weight gradient only)
};
