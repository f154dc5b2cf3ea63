// The lint has to see the whole expression, not its first line.
Task f(Value v) {
  co_await take(1,
                2,
                [=] { use(v); });
}
