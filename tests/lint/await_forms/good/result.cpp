// Initialising from the result is no part of the expression; neither is the next statement.
Task f(Stream s) {
  const auto [ec, count] = co_await s.read(buffer, token);
  const auto other = ec ? 1 : 2;
  auto job = [other] { use(other); };
  co_return;
}
