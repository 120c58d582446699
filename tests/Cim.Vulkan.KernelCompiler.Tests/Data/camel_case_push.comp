#version 460

layout(local_size_x = 32, local_size_y = 2) in;
layout(push_constant) uniform P { uint rowCount; };
layout(binding = 0) restrict buffer X { float x[]; };

void main() { x[0] = 1.0; x[1] = rowCount; }
