/* SHA-256 (FIPS 180-4), and the digest of a set of images that checkpoints have: the same as
 * web/lib/data/set-digest.js computes. */
#include <stdio.h>
#include <string.h>

#include "command.h"

enum { BLOCK = 64, SHA_BYTES = 32, DIGESTED_AT_ONCE = 1 << 22 };

static const uint32_t SHA_ROUNDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* Bytes that are not a whole block yet are in `block`. */
typedef struct sha256 {
  uint32_t state[8];
  uint8_t block[BLOCK];
  uint64_t length;
} sha256;

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void sha_begin(sha256 *s) {
  static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(s->state, first, sizeof first);
  s->length = 0;
}

static void schedule(const uint8_t *block, uint32_t w[64]) {
  for (int i = 0; i < 16; i++, block += 4)
    w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
  for (int i = 16; i < 64; i++) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
           (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
}

static void sha_block(sha256 *s, const uint8_t *block) {
  uint32_t w[64], v[8];
  schedule(block, w);
  memcpy(v, s->state, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t a = v[0], e = v[4];
    uint32_t first = v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                     ((e & v[5]) ^ (~e & v[6])) + SHA_ROUNDS[i] + w[i];
    uint32_t second =
        (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += first;
    v[0] = first + second;
  }
  for (int i = 0; i < 8; i++)
    s->state[i] += v[i];
}

static void sha_add(sha256 *s, const uint8_t *bytes, size_t count) {
  size_t held = s->length % BLOCK;
  s->length += count;
  while (count > 0) {
    if (held == 0 && count >= BLOCK) {
      sha_block(s, bytes);
      bytes += BLOCK, count -= BLOCK;
      continue;
    }
    size_t taken = count < BLOCK - held ? count : BLOCK - held;
    memcpy(s->block + held, bytes, taken);
    held += taken, bytes += taken, count -= taken;
    if (held == BLOCK) sha_block(s, s->block), held = 0;
  }
}

static void sha_end(sha256 *s, uint8_t digest[SHA_BYTES]) {
  static const uint8_t one = 0x80, zero = 0;
  uint64_t bits = s->length * 8;
  uint8_t length[8];
  for (int i = 0; i < 8; i++)
    length[i] = (uint8_t)(bits >> (56 - 8 * i));
  sha_add(s, &one, 1);
  while (s->length % BLOCK != BLOCK - sizeof length)
    sha_add(s, &zero, 1);
  sha_add(s, length, sizeof length);
  for (int i = 0; i < SHA_BYTES; i++)
    digest[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}

/* Adds the digests of the pieces of `bytes`; no bytes are one piece. */
static void add_pieces(sha256 *whole, const void *bytes, size_t count) {
  const uint8_t *at = bytes;
  do {
    sha256 piece;
    uint8_t digest[SHA_BYTES];
    size_t taken = count < DIGESTED_AT_ONCE ? count : DIGESTED_AT_ONCE;
    sha_begin(&piece);
    sha_add(&piece, at, taken);
    sha_end(&piece, digest);
    sha_add(whole, digest, sizeof digest);
    at += taken, count -= taken;
  } while (count > 0);
}

/* WebAssembly is little-endian, as the digest has the labels. */
void digest_images(const image_set *set, char text[DIGEST_TEXT]) {
  sha256 whole;
  uint8_t digest[SHA_BYTES];
  sha_begin(&whole);
  add_pieces(&whole, set->images, (size_t)set->count * RSD_IMAGE_BYTES);
  add_pieces(&whole, set->labels, sizeof *set->labels * set->count);
  sha_end(&whole, digest);
  for (int i = 0; i < SHA_BYTES; i++)
    snprintf(text + 2 * i, 3, "%02x", digest[i]);
}
