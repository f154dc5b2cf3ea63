#!/usr/bin/env bash
# Builds a CPU-only Ollama server from its Go module. usage: ollama.sh [DIR [VERSION]]   (default: v0.17.4)
# Takes 3 to 6 minutes on two cores the first time. Needs Go 1.24 and g++.
#
# The module's archive lacks the C++ headers that lie in a folder named vendor, as all module archives do. The JSON
# header is Debian's; images and sound, which a text model never sees, get stand-ins that always fail.
. "$(dirname "$0")/common.sh"
version=${2:-v0.17.4}
folder=$(place "${1:-}" ollama)
mkdir -p "$folder"
one_at_a_time "$folder"
program=$folder/bin/ollama
if [ "$(cat "$folder/.ready" 2>/dev/null)" = "$version" ] && [ -x "$program" ]; then
  echo "$program"
  exit
fi
need go=golang g++=g++
[ -f /usr/include/nlohmann/json.hpp ] || { . "$here/../../editors/packages.sh" && install_packages nlohmann-json3-dev >&2; }
mkdir -p "$folder/bin" "$folder/include/miniaudio" "$folder/include/stb"
cat >"$folder/include/miniaudio/miniaudio.h" <<'H'
#pragma once
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
typedef int ma_result;
typedef unsigned long long ma_uint64;
enum { MA_SUCCESS = 0 };
enum ma_format { ma_format_f32 = 5 };
struct ma_decoder_config { int unused; };
struct ma_decoder { int unused; };
static inline ma_decoder_config ma_decoder_config_init(ma_format, unsigned, unsigned) { return {0}; }
static inline ma_result ma_decoder_init_memory(const void *, std::size_t, const ma_decoder_config *, ma_decoder *) { return -1; }
static inline ma_result ma_decoder_get_length_in_pcm_frames(ma_decoder *, ma_uint64 *) { return -1; }
static inline ma_result ma_decoder_read_pcm_frames(ma_decoder *, void *, ma_uint64, ma_uint64 *) { return -1; }
static inline ma_result ma_decoder_uninit(ma_decoder *) { return 0; }
H
cat >"$folder/include/stb/stb_image.h" <<'H'
#pragma once
typedef unsigned char stbi_uc;
static inline stbi_uc *stbi_load_from_memory(const stbi_uc *, int, int *, int *, int *, int) { return 0; }
static inline void stbi_image_free(void *) {}
H
flags=-O2
if grep -qw avx2 /proc/cpuinfo && grep -qw fma /proc/cpuinfo; then flags="-O2 -march=x86-64-v3"; fi
GOBIN=$folder/bin CGO_ENABLED=1 CGO_CFLAGS=$flags CGO_CXXFLAGS=$flags CPLUS_INCLUDE_PATH=$folder/include GOFLAGS='' \
  go install -trimpath -ldflags "-s -w -X github.com/ollama/ollama/version.Version=${version#v}" \
  "github.com/ollama/ollama@$version" >&2
echo "$version" >"$folder/.ready"
echo "$program"
