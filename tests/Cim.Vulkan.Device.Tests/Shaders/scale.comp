#version 450
// y = FACTOR * a * x over count elements; one invocation per element.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint FACTOR = 1;
layout(push_constant) uniform Push { float a; uint count; };
layout(set = 0, binding = 0) restrict readonly buffer X { float x[]; };    // [count]
layout(set = 0, binding = 1) restrict writeonly buffer Y { float y[]; };   // [count]

void main() {
    uint i = gl_GlobalInvocationID.x;
    if (i < count) y[i] = float(FACTOR) * a * x[i];
}
