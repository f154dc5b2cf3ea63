#include "providers/http_curl.h"

#include <dlfcn.h>

#include <string>

namespace fimd::providers {
namespace {

#ifdef __APPLE__
constexpr const char* kLibraries[] = {"libcurl.4.dylib"};
#else
constexpr const char* kLibraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif

template <class F>
bool find(void* library, F& function, const char* symbol) {
  function = reinterpret_cast<F>(dlsym(library, symbol));
  return function != nullptr;
}

Result<CurlApi> open_library() {
  void* library = nullptr;
  std::string why;
  for (const char* file : kLibraries) {
    library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (library) break;
    if (why.empty()) why = dlerror();
  }
  if (!library) return fail(Error::Code::io, "http: cannot load libcurl: " + why);
  CurlApi api{};
  const bool whole = find(library, api.global_init, "curl_global_init") &&
                     find(library, api.easy_init, "curl_easy_init") &&
                     find(library, api.easy_cleanup, "curl_easy_cleanup") &&
                     find(library, api.easy_setopt, "curl_easy_setopt") &&
                     find(library, api.easy_getinfo, "curl_easy_getinfo") &&
                     find(library, api.easy_strerror, "curl_easy_strerror") &&
                     find(library, api.slist_append, "curl_slist_append") &&
                     find(library, api.slist_free_all, "curl_slist_free_all") &&
                     find(library, api.multi_init, "curl_multi_init") &&
                     find(library, api.multi_cleanup, "curl_multi_cleanup") &&
                     find(library, api.multi_setopt, "curl_multi_setopt") &&
                     find(library, api.multi_add_handle, "curl_multi_add_handle") &&
                     find(library, api.multi_remove_handle, "curl_multi_remove_handle") &&
                     find(library, api.multi_socket_action, "curl_multi_socket_action") &&
                     find(library, api.multi_info_read, "curl_multi_info_read");
  if (!whole) return fail(Error::Code::io, "http: this libcurl lacks functions that are needed (7.85 or newer)");
  if (api.global_init(CURL_GLOBAL_ALL) != CURLE_OK) return fail(Error::Code::io, "http: libcurl does not initialise");
  return api;
}

}  // namespace

Result<const CurlApi*> curl_api() {
  // The one static of this folder: a shared library is a thing of the process, and opening it is idempotent.
  static const Result<CurlApi> api = open_library();
  if (!api) return tl::unexpected<Error>(api.error());
  return &*api;
}

}  // namespace fimd::providers
