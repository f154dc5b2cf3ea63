// Further texts for a place where the user asked by hand: the model that was asked there is asked again, with some
// chance in it. Best first by how sure the model was, where its server tells.
//
// Loop thread; judging goes to the fast pool. Dropping the last pointer closes what is still on its way.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "lsp/builtin_leg.h"
#include "lsp/departure.h"
#include "lsp/model_leg.h"

namespace fimd::lsp {

struct Daemon;

inline constexpr size_t kAlternatives = 3;

class Alternatives : public std::enable_shared_from_this<Alternatives> {
 public:
  // `changed` is called whenever there is one text more or one request less.
  Alternatives(Daemon& daemon, std::function<void()> changed);
  ~Alternatives();

  // Sends the request of `first` again, as often as its provider takes it beside what is on its way, at most
  // kAlternatives times. To be called once.
  void ask(const Departure& departure, const context::Gathered& gathered, std::span<const providers::Extra> extra,
           const providers::Leg& first, SitePtr site);

  // Closes what is on its way; what has come stays.
  void stop();

  [[nodiscard]] bool done() const { return running_ == 0; }
  [[nodiscard]] const std::vector<Proposal>& texts() const { return texts_; }

 private:
  bool fly(const context::Gathered& gathered, std::span<const providers::Extra> extra, const providers::Leg& first);
  void judge(const ModelLegPtr& leg);
  void take(const ModelLegPtr& leg, Result<providers::Judged> judged);

  Daemon& daemon_;
  std::function<void()> changed_;
  std::shared_ptr<const Departure> departure_;
  SitePtr site_;
  std::vector<ModelLegPtr> legs_;
  size_t running_ = 0;
  std::vector<Proposal> texts_;
  std::stop_source stop_;
};

}  // namespace fimd::lsp
