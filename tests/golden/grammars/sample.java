package org.example.bank;

import java.util.List;
import java.util.Map;

/** An account. */
public final class Account<T extends Number> implements Comparable<Account<T>> {
  private static final Map<String, Integer> LIMITS = Map.of("day", 1000);
  private T balance;

  @Override
  public int compareTo(Account<T> other) {
    return Double.compare(balance.doubleValue(), other.balance.doubleValue());
  }

  public static String describe(Object o) {
    return switch (o) {
      case Account<?> a when a.balance != null -> "account " + a.balance;
      case null -> "nothing";
      default -> """
          something
          else""";
    };
  }

  record Transfer(Account<?> from, Account<?> to, long cents) {
    Transfer {
      if (cents < 0) throw new IllegalArgumentException("negative");
    }
  }

  void log(List<? super String> out) {
    // newest last
    LIMITS.forEach((k, v) -> out.add(k + '=' + v));
  }
}
