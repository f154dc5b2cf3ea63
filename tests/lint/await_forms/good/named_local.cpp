// A lambda that is a local by the time of the co_await is right.
Task f(Value v) {
  auto job = [v] { use(v); };
  co_await take(std::move(job));
}
