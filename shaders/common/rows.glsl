// Reductions over rows in two forms; a shader that includes this file has the line
//   #pragma cim variants(FORM = invocation, group)
// invocation: one invocation walks a row alone, without shared memory and barriers: for CPU drivers, and where neighbouring rows lie side by side.
// group: one workgroup walks a row together and joins by a tree in shared memory; LOCAL_SIZE_X is a power of two.
// The order of every sum is fixed by the form and LOCAL_SIZE_X. Include after the declaration of LOCAL_SIZE_X; a row is left by all
// invocations of its workgroup together.

#include "common/indexing.glsl"

// Macros named like the forms, so that the preprocessor can tell FORM's values apart; undefined again below.
#define invocation 1
#define group 2
#if FORM == group
#define ROW_PER_GROUP 1
#else
#define ROW_PER_GROUP 0
#endif
#undef invocation
#undef group

// Below every finite value, and its difference with any of them is no NaN.
#define ROW_LOWEST -3.4e38

// First element of a row whose elements lie `inner` apart, as along any axis of a contiguous tensor.
uint row_start(uint row, uint length_of_row, uint inner) {
    return inner == 1 ? row * length_of_row : (row / inner) * (length_of_row * inner) + row % inner;
}

#if ROW_PER_GROUP

shared float row_values[LOCAL_SIZE_X];
shared uint row_indices[LOCAL_SIZE_X];

uint row_index() { return linear_group(); }
uint row_lane() { return gl_LocalInvocationID.x; }
uint row_lanes() { return LOCAL_SIZE_X; }

float row_sum(float value) {
    uint lane = gl_LocalInvocationID.x;
    barrier(); // everyone has read the result of the reduction before
    row_values[lane] = value;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the upper half is written
        if (lane < width) row_values[lane] += row_values[lane + width];
    }
    barrier(); // the sum is written
    return row_values[0];
}

float row_max(float value) {
    uint lane = gl_LocalInvocationID.x;
    barrier(); // everyone has read the result of the reduction before
    row_values[lane] = value;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the upper half is written
        if (lane < width) row_values[lane] = max(row_values[lane], row_values[lane + width]);
    }
    barrier(); // the maximum is written
    return row_values[0];
}

// The index of the largest value, the lowest where several are equal.
uint row_arg_max(float value, uint index) {
    uint lane = gl_LocalInvocationID.x;
    barrier(); // everyone has read the result of the reduction before
    row_values[lane] = value;
    row_indices[lane] = index;
    for (uint width = LOCAL_SIZE_X / 2; width > 0; width /= 2) {
        barrier(); // the upper half is written
        if (lane < width) {
            float other = row_values[lane + width];
            uint other_index = row_indices[lane + width];
            bool wins = other > row_values[lane] || (other == row_values[lane] && other_index < row_indices[lane]);
            if (wins) {
                row_values[lane] = other;
                row_indices[lane] = other_index;
            }
        }
    }
    barrier(); // the winner is written
    return row_indices[0];
}

#else

uint row_index() { return linear_index(); }
uint row_lane() { return 0; }
uint row_lanes() { return 1; }
float row_sum(float value) { return value; }
float row_max(float value) { return value; }
uint row_arg_max(float value, uint index) { return index; }

#endif

// The sum of exp(x - highest) while the highest value is still being found: one pass, one exponential an element.
struct RunningExp {
    float highest;
    float sum;
};

RunningExp running_exp_start() { return RunningExp(ROW_LOWEST, 0.0); }

void running_exp_add(inout RunningExp running, float value) {
    float difference = value - running.highest;
    float scale = exp(-abs(difference));
    bool rises = difference > 0.0;
    running.sum = rises ? running.sum * scale + 1.0 : running.sum + scale;
    running.highest = rises ? value : running.highest;
}

// log(sum(exp(x))) over the whole row.
float row_log_sum_exp(RunningExp running) {
    float highest = row_max(running.highest);
    return highest + log(row_sum(running.sum * exp(running.highest - highest)));
}
