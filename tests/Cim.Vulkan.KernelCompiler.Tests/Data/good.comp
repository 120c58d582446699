// Doubles each element. Twice.
//
//   y = 2 x
#version 460
layout(constant_id = 0) const uint LOCAL_SIZE_X = 64; // Elements per workgroup.
layout(constant_id = 4) const bool CLAMP = true;
layout(constant_id = 7) const float FACTOR = 0.5;
layout(constant_id = 9) const int SHIFT = -3;
layout(local_size_x_id = 0, local_size_y = 2) in;
layout(push_constant) uniform Push { uint count; int base; float epsilon; uvec2 stride; uint shape[2]; };
layout(binding = 0) restrict readonly buffer X { float x[]; }; // Input, [count].
layout(binding = 1) restrict writeonly buffer Y { float y[]; };
layout(binding = 2) restrict buffer Z { uint inverse_sum[]; };
void main()
{
    uint i = gl_GlobalInvocationID.x;
    if (i >= count) return;
    y[i] = x[i] * FACTOR + (CLAMP ? SHIFT : base);
    inverse_sum[i] += 1;
}
