// What an invocation of an update works on at a time: one element, or with WRITES_COPY four neighbours, whose 16-bit copies are two words.
// Include first.

#ifdef WRITES_COPY
#define LANES vec4
#define IN_LANES(count) ((count) / 4)
#else
#define LANES float
#define IN_LANES(count) (count)
#endif
