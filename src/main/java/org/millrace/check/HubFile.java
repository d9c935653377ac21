package org.millrace.check;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Quantity;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.JournalLimits.AtLimit;
import org.millrace.source.codec.Limits;

/** The hub's own settings: {@code connectors-config/hub.yaml}. Every key has a default. */
@Kind("Hub")
@Doc("The hub itself: ports, stores, limits.")
public record HubFile(
        @Doc("Name of this hub, shown on the console.") @Default("millrace")
        String site,

        @Doc("IANA time zone for texts people read, e.g. Europe/Paris.") @Default("UTC")
        String timeZone,

        @Doc("Where the console and the API listen.") Optional<Http> http,

        @Doc("The store between sources and sinks.") Optional<JournalSettings> journal,

        @Doc("How often time passes for the rules: the grain of on- and off-delays without new values.") @Default("1s")
        Duration tickEvery,

        @Doc("What routes may do beyond reading.") Optional<RouteRights> routes,

        @Doc("Language of alarms and work orders: en, fr or de; a connector may have its own.") @Default("en")
        String language,

        @Doc("What one run of a payload codec may use.") Optional<CodecLimits> codecs) {

    static final Map<String, Long> SIZE_UNITS =
            Map.of("MB", 1_000_000L, "GB", 1_000_000_000L, "MiB", 1L << 20, "GiB", 1L << 30);

    public record Http(
            @Doc("Address to listen on; 127.0.0.1 serves this machine only.") @Default("127.0.0.1")
            String host,

            @Doc("0 takes a free port.") @Default("8080") int port,

            @Doc("Names the console is reached by, besides this machine's.")
            List<String> names) {}

    public record JournalSettings(
            @Doc("Most disk space for values waiting for a sink, e.g. 2 GB; see at_limit for what happens then.")
            @Default("2 GB")
            Quantity maxSize,

            @Doc("How long a value may wait for a sink, e.g. 7d; see at_limit. Without it only the size counts.")
            Optional<Duration> maxAge,

            @Doc("When a sink lags beyond max_size or max_age: block holds the sources back and loses nothing;"
                    + " drop-oldest lets the oldest values expire, counted in the ledger for every consumer that had"
                    + " not passed them. The rules are such a consumer: their history has a gap then.")
            @Default("block")
            AtLimit atLimit) {}

    /** What the hub does when a sink lags beyond the journal's limits. */
    public JournalLimits journalLimits() {
        JournalLimits sized = JournalLimits.DEFAULT.withMaxBytes(journalBytes());
        return journal.map(settings -> sized.withMaxAge(settings.maxAge().orElse(Duration.ZERO))
                        .withAtLimit(settings.atLimit()))
                .orElse(sized);
    }

    public record RouteRights(
            @Doc("Whether routes may write to machines or publish to brokers.") @Default("false")
            boolean allowWrite) {}

    public record CodecLimits(
            @Doc("Processor time for one message.") @Default("100ms")
            Duration time,

            @Doc("Memory taken for one message, in MB or MiB.") @Default("32 MB")
            Quantity memory) {}

    /** What a codec may use. */
    public Limits codecLimits() {
        return codecs.map(given -> new Limits(given.time(), bytes(given.memory())))
                .orElse(Limits.DEFAULT);
    }

    private static long bytes(Quantity size) {
        return size.value()
                .multiply(BigDecimal.valueOf(SIZE_UNITS.getOrDefault(size.unit(), 1L)))
                .longValue();
    }

    /** The settings of a hub without a file. */
    public static HubFile defaults() {
        return new HubFile(
                "millrace",
                "UTC",
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(1),
                Optional.empty(),
                "en",
                Optional.empty());
    }

    public Http httpOrDefault() {
        return http.orElseGet(() -> new Http("127.0.0.1", 8080, List.of()));
    }

    /** Bytes the journal may take; 2 GB when nothing is said. */
    public long journalBytes() {
        return journal.map(settings -> bytes(settings.maxSize())).orElse(2_000_000_000L);
    }

    public boolean mayWrite() {
        return routes.map(RouteRights::allowWrite).orElse(false);
    }
}
