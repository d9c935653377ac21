package org.millrace.rule;

/**
 * A UCUM unit of time that suits a length.
 *
 * @param micros µs of one
 */
record TimeUnit(String code, double micros) {
    static final TimeUnit SECOND = new TimeUnit("s", 1e6);
    static final TimeUnit MINUTE = new TimeUnit("min", 60e6);
    static final TimeUnit HOUR = new TimeUnit("h", 3600e6);
    static final TimeUnit DAY = new TimeUnit("d", 86_400e6);

    /** Seconds up to two minutes, minutes up to two hours, hours up to two days, then days. */
    static TimeUnit of(long micros) {
        if (micros <= 2 * MINUTE.micros) {
            return SECOND;
        }
        return micros <= 2 * HOUR.micros ? MINUTE : micros <= 2 * DAY.micros ? HOUR : DAY;
    }

    /** The unit with exactly this length, for a rate's {@code per}; seconds, with no such length, when there is none. */
    static java.util.Optional<TimeUnit> exactly(long micros) {
        return java.util.stream.Stream.of(SECOND, MINUTE, HOUR, DAY)
                .filter(unit -> unit.micros == micros)
                .findFirst();
    }
}
