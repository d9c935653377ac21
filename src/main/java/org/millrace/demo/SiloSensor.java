package org.millrace.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A level radar on a silo: {@code level} (%), mapped JSON on {@value #TOPIC}, one message a second. The silo empties from
 * 62 % by 0.9 % a message and is refilled to 88 % when it is down to 22 %.
 */
public final class SiloSensor extends FieldDevice {
    public static final String TOPIC = "plant/lyon/silo-2/telemetry";

    private static final double USE = 0.9;
    private static final double LOW = 22;
    private static final double FULL = 88;

    private final Clock clock;
    private final RandomGenerator random;
    private double level = 62;

    public SiloSensor(int port, Clock clock, RandomGenerator random) {
        this(port, clock, random, Duration.ofSeconds(1));
    }

    public SiloSensor(int port, Clock clock, RandomGenerator random, Duration every) {
        super("silo-2", port, every);
        this.clock = clock;
        this.random = random;
    }

    @Override
    void step() {
        publish(TOPIC, message(clock.instant()));
    }

    String message(Instant now) {
        double measured = level + 0.1 * (2 * random.nextDouble() - 1);
        level = level <= LOW ? FULL : level - USE;
        return String.format(
                Locale.ROOT,
                "{\"ts\":\"%s\",\"values\":{\"level\":%.2f}}",
                now.truncatedTo(ChronoUnit.MILLIS),
                measured);
    }
}
