// The agent and the completions share a server: completions go first.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/session/agent_session.h"
#include "tests/session/memory_transport.h"

namespace fimd::tests {
namespace {

using namespace std::chrono_literals;
using providers::Lane;

class AgentLane : public AgentSession {
 protected:
  // The provider as completions know it, once it has been probed.
  lsp::ProviderPtr for_completions() {
    server.set_script([](const SeenRequest& request) -> Reply {
      if (request.target.starts_with("/v1/models")) return json_reply(200, R"({"data":[{"id":"qwen2.5-coder"}]})");
      return sse_reply({R"({"choices":[{"index":0,"text":"x","finish_reason":"stop"}]})", "[DONE]"});
    });
    configuration.set(lsp::Layer::initialization,
                      {{"completion", {{"providers", {"m"}}}},
                       {"providers", {{"m", {{"kind", "vllm"}, {"url", server.url()}, {"model", "qwen2.5-coder"}}}}}}, "test");
    lsp::ProviderPtr known;
    lsp::run_until(daemon.loop, [&] {
      for (const auto& p : daemon.providers.usable(configuration.now(), {}, Clock::now())) {
        if (p->codec) known = p;
      }
      return known != nullptr;
    }, "the provider is known");
    return known;
  }

  lsp::Configuration configuration;
};

TEST_F(AgentLane, TheAgentWaitsForACompletionThatHasTheOnlyPlace) {
  const lsp::ProviderPtr provider = for_completions();
  providers::Health& health = provider->health;
  health.most_in_flight = 1;
  health.most_changed = Clock::now();
  (void)providers::begin(health, Lane::completion, Clock::now());
  size_t asked_meanwhile = SIZE_MAX;
  boost::asio::steady_timer later(daemon.loop, 400ms);
  later.async_wait([&](auto) {
    asked_meanwhile = asked;
    providers::leave(health, Lane::completion);
  });
  const lsp::Fix fix = run_fix({calls("edit_file", edit("a - b", "a + b")), says("done")});
  EXPECT_EQ(fix.outcome.end, LoopOutcome::End::verified) << fix.outcome.words;
  EXPECT_EQ(asked_meanwhile, 0U);
  EXPECT_EQ(providers::all_in_flight(health), 0) << "the agent gave its place back";
}

TEST_F(AgentLane, TheAgentTakesAPlaceBesideTheCompletions) {
  const lsp::ProviderPtr provider = for_completions();
  int most = 0;
  scripted = [&](const SeenRequest&) {
    most = std::max(most, provider->health.in_flight[static_cast<size_t>(Lane::agent)]);
    return asked++ == 0 ? calls("edit_file", edit("a - b", "a + b")) : says("done");
  };
  (void)run_fix({});
  EXPECT_EQ(most, 1);
  EXPECT_EQ(providers::all_in_flight(provider->health), 0);
}

}  // namespace
}  // namespace fimd::tests
