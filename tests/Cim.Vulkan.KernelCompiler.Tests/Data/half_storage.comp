#version 460
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_KHR_shader_subgroup_arithmetic : require
layout(local_size_x = 32, local_size_y = 2) in;

layout(binding = 0) restrict buffer X { float16_t x[]; };

void main() { x[0] = x[1] * x[2]; x[3] = float16_t(subgroupAdd(float(x[1])));  }
