package org.example.mail;

import java.util.List;
import java.util.concurrent.*;
import static org.example.Tools.check;

/**
 * Sends letters. Keeps what could not be sent.
 *
 * @author nobody
 */
@Service("post")
public final class PostOffice<T extends Letter> extends Office<T> implements Sender, Comparable<PostOffice<T>> {
    private static final int MAX = 10;
    public static final String NAME = "post", SHORT = "p";
    private final Map<String, List<Letter>> boxes = new HashMap<>();
    protected T last; // the latest one

    static { System.out.println(MAX); }

    public PostOffice(Clock clock) {
        super(clock);
        int local = 1;
    }

    /** Sends a letter. */
    @Override
    public Future<Receipt> send(T letter, String... to) throws IOException {
        Runnable later = () -> { int inner = 2; boxes.clear(); };
        later.run();
        return pool.submit(() -> check(letter));
    }

    <R> R visit(Visitor<R> visitor) { return visitor.visit(this); }

    public enum State implements Named {
        OPEN("o") { @Override public String label() { return "open"; } },
        CLOSED;
        private String code;
        State() {}
    }

    record Stamp(String country, long cents) {
        Stamp { check(cents); }
        static Stamp of(long cents) { return new Stamp("xx", cents); }
    }

    interface Sender extends AutoCloseable {
        int RETRIES = 3;
        Future<Receipt> send(Letter letter);
        default void close() {}
    }

    @interface Slow { int value() default 1; }
}
