// What the kernels of batch normalization share. Images lie as [batch, channels, places] in fp32, or channels last as [batch, places, channels] in any
// storage, then four channels at once. So everything is vec4: where it is not walked BY_FOURS only the first component is used and the others vanish.
// The including shader declares CHANNELS_LAST, and BY_FOURS, which holds channels last and may hold for four neighbouring places.

#include "common/indexing.glsl"
#include "common/storage.glsl"

// Elements of an interleaved chunk: every chunk_count-th of all, beginning with its own number.
uint elements_of_chunk(uint chunk, uint chunk_count, uint all) {
    return (all - chunk + chunk_count - 1) / chunk_count;
}

// The places of a chunk one after the other, without a division each.
struct Walk {
    uint image;
    uint place;
    uint images_a_step;
    uint places_a_step;
};

Walk walk_from(uint chunk, uint chunk_count, uint places) {
    return Walk(chunk / places, chunk % places, chunk_count / places, chunk_count % places);
}

void step_on(inout Walk walk, uint places) {
    walk.image += walk.images_a_step;
    walk.place += walk.places_a_step;
    if (walk.place >= places) {
        walk.place -= places;
        walk.image++;
    }
}

// Loads of a channel's vector and of images; at counts elements.
#define CHANNEL_VECTOR(vector, channel) \
    (CHANNELS_LAST ? vec4(vector[channel], vector[(channel) + 1], vector[(channel) + 2], vector[(channel) + 3]) : vec4(vector[channel]))
#define IMAGE_VECTOR(images, storage, at) (BY_FOURS ? LOAD_FOUR(images, storage, at) : vec4(uintBitsToFloat(images[at])))
