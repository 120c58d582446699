#version 460

layout(local_size_x = 32) in;

layout(binding = 0) restrict buffer X { float x[]; };
layout(binding = 0) restrict buffer Y { vec4 fours[]; };
void main() { x[0] = fours[1].x; }
