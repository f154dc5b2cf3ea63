#include "lsp/token_scale.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "context/gather.h"
#include "lsp/daemon.h"
#include "providers/outgoing.h"
#include "providers/token_count.h"

namespace fimd::lsp {
namespace {

constexpr size_t kSample = 16U << 10;      // bytes
constexpr size_t kLeastSample = 400;       // bytes; a smaller one tells little
constexpr double kLeast = 0.3, kMost = 5;  // what no tokenizer is beyond

// Whole lines around the offset.
std::string sample_at(const context::Text& text, size_t offset) {
  const size_t from = text.lines[context::line_of(text, offset > kSample / 2 ? offset - kSample / 2 : 0)];
  const size_t size = std::min(kSample, text.utf8.size() - from);
  return text.utf8.substr(from, context::floor_code_point(text.utf8, from + size) - from);
}

void learn(Provider& provider, const std::string& language, size_t estimate,
           const Result<providers::HttpResponse>& reply) {
  provider.token_scale.erase(language);
  if (!reply || reply->status >= 500) return;  // this may pass
  const auto count = providers::read_count(reply->status < 300 ? std::string_view(reply->body) : std::string_view());
  if (!count || *count == 0) {
    provider.tokenizer = false;
    return;
  }
  provider.token_scale[language] =
      std::clamp(static_cast<double>(*count) / static_cast<double>(estimate), kLeast, kMost);
}

}  // namespace

void measure_token_scale(Daemon& daemon, const ProviderPtr& provider, const context::Snapshot& text, size_t offset,
                         std::function<void()> done) {
  const auto finish = [done = std::move(done)] {
    if (done) done();
  };
  const bool known = provider->token_scale.contains(text->language);
  if (known || !provider->codec || !provider->tokenizer || !providers::is_local(provider->config)) return finish();
  const std::string sample = sample_at(*text, offset);
  auto request = providers::count_request(provider->config, sample);
  if (sample.size() < kLeastSample || !request) return finish();
  provider->token_scale[text->language] = 0;  // it is being asked
  const size_t estimate = context::estimate_tokens(sample);
  request->entry = providers::new_entry(provider->config, providers::Purpose::tokens);
  providers::HttpLimits limits{.deadline = Clock::now() + kProbeLimit};
  auto asking = daemon.http.fetch(*std::move(request), limits);
  boost::asio::co_spawn(daemon.loop, std::move(asking),
                        [provider, language = text->language, estimate, finish](std::exception_ptr,
                                                                                Result<providers::HttpResponse> reply) {
                          learn(*provider, language, estimate, reply);
                          finish();
                        });
}

double token_scale(std::span<const ProviderPtr> providers, const std::string& language) {
  for (const ProviderPtr& provider : providers) {
    if (!provider->codec) continue;
    const auto at = provider->token_scale.find(language);
    if (at != provider->token_scale.end() && at->second != 0) return at->second;
    const auto guess = provider->scale_guess.find(language);
    return guess == provider->scale_guess.end() ? 1 : guess->second;
  }
  return 1;
}

void was_too_long(Provider& provider, const std::string& language) {
  double& guess = provider.scale_guess.try_emplace(language, 1.0).first->second;
  guess = std::min(guess * 1.5, kMost);
}

size_t estimated(size_t tokens, double scale) { return static_cast<size_t>(static_cast<double>(tokens) / scale); }

}  // namespace fimd::lsp
