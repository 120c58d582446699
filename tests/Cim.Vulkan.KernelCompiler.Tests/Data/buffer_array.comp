#version 460

layout(local_size_x = 32, local_size_y = 2) in;

layout(binding = 0) restrict buffer X { float x[]; };
layout(binding = 1) restrict buffer Y { float y[]; } ys[2];
void main() { x[0] = 1.0; ys[0].y[0] = 1.0; }
