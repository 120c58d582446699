#version 460

layout(local_size_x = 32) in;

layout(binding = 0) restrict buffer X { float x[]; };
layout(binding = 0) restrict readonly buffer XAsFours { vec4 x_as_fours[]; };
void main() { x[0] = x_as_fours[1].x; }
