// The root of a sum in fixed order, the second half of a norm.
//
//   y[0] = sqrt(x[0] + x[1] + ...)
//
// One workgroup: each invocation sums every LOCAL_SIZE_X-th element, a tree in shared memory joins them. LOCAL_SIZE_X is a power of two.
//
// x: [count]   y: [1]
#version 460

layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // invocations of the workgroup

layout(push_constant) uniform Push {
    uint count; // elements of x
};

layout(binding = 0) restrict readonly buffer X { float x[]; };
layout(binding = 1) restrict writeonly buffer Y { float y[]; };

shared float partial_sums[LOCAL_SIZE_X];

void main() {
    uint lane = gl_LocalInvocationID.x;
    float sum = 0.0;
    for (uint k = lane; k < count; k += LOCAL_SIZE_X) sum += x[k];
    partial_sums[lane] = sum;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the sums of the level below are written
        if (lane < width) partial_sums[lane] += partial_sums[lane + width];
    }
    if (lane == 0) y[0] = sqrt(partial_sums[0]);
}
