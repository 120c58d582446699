// The largest element of every column of a product, with tiles in shared memory on operands in any storage: 16-bit products in fp32, the form for GPUs
// without matrix units.
//
//   pieces[s, t] = max and arg max over those rows of stretch s of c = a op(b) + bias that the t-th row of invocations holds
//   nn: b [batches, k, n]     nt: b [batches, n, k]     a: [m, k]     bias: [m]
//   piece_values, piece_rows: [stretches * TILE_M / THREAD_TILE, batches, n]
//
// A workgroup walks the rows of its stretch, TILE_M at a time, for TILE_N columns; see half_tile.glsl.
// Dispatch: x = stretches, y = ceil(n / TILE_N), z = batches. rows_per_stretch: a multiple of TILE_M.
// FOURS_A, FOURS_B: strides and offsets are multiples of 4 and the buffer holds whole fours; true where the storage is 16-bit.
#version 460
#pragma cim variants(LAYOUT = nn, nt)
#pragma cim variants(THREAD_TILE = 4, 8)
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 0) const uint LOCAL_SIZE_X = 256;  // (TILE_M / THREAD_TILE) * (TILE_N / THREAD_TILE)
layout(local_size_x_id = 0) in;

#define STORED
#include "ops/matmul/arg_max_interface.glsl"
#include "ops/matmul/cooperative_fetch.glsl"
#include "ops/matmul/arg_max_of_tiles.glsl"
