// libcurl as a table of functions, loaded on first use.
//
// Linking libcurl makes every start of the process load some thirty shared objects (2.7 ms of the 3.4 ms that an
// otherwise empty program takes on the reference machine). Editors start a language server long before the first
// request to a model, and a user of the built-in model never makes one, so the library is opened when it is needed.
#pragma once

#include <curl/curl.h>

#include "context/result.h"

// curl.h wraps the variadic functions in macros that check argument types; they cannot be used with pointers.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

namespace fimd::providers {

struct CurlApi {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_multi_setopt) multi_setopt;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_socket_action) multi_socket_action;
  decltype(&::curl_multi_info_read) multi_info_read;
};

// The library, opened and initialised by the first call (about 3.5 ms); it stays open until the process ends.
// Errors: io (libcurl is not installed or too old).
[[nodiscard]] Result<const CurlApi*> curl_api();

}  // namespace fimd::providers
