package org.millrace.source.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.millrace.config.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which device a token belongs to. Only digests are kept; every one is compared, whole, so that the time says nothing.
 * Read anew every few seconds: a rotated token is taken up without a restart. Thread-safe.
 */
final class Tokens {
    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    /** Shorter ones are guessed. */
    static final int SHORTEST = 16;

    private final String source;
    private final Map<String, Secret> devices;
    private final UnaryOperator<String> secrets;
    private final LongSupplier nanos;
    private Map<String, byte[]> digests = Map.of();
    private long read;
    private boolean never = true;

    Tokens(String source, Map<String, Secret> devices, UnaryOperator<String> secrets, LongSupplier nanos) {
        this.source = source;
        this.devices = devices;
        this.secrets = secrets;
        this.nanos = nanos;
    }

    Optional<String> deviceOf(String token) {
        byte[] digest = digest(token);
        String found = "";
        for (Map.Entry<String, byte[]> device : current().entrySet()) {
            if (MessageDigest.isEqual(device.getValue(), digest)) {
                found = device.getKey();
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private synchronized Map<String, byte[]> current() {
        long now = nanos.getAsLong();
        if (never || now - read >= FRESH_NANOS) {
            boolean first = never;
            never = false;
            read = now;
            Map<String, byte[]> fresh = new LinkedHashMap<>();
            devices.forEach((device, secret) -> {
                try {
                    String token = secret.reveal(secrets);
                    if (token.length() >= SHORTEST) {
                        fresh.put(device, digest(token));
                    } else if (first) {
                        LOG.warn(
                                "{}: the token of {} is shorter than {} characters: not let in",
                                source,
                                device,
                                SHORTEST);
                    }
                } catch (RuntimeException e) { // names the reference, never a value
                    if (first) {
                        LOG.warn("{}: {} cannot send: {}", source, device, e.getMessage());
                    }
                }
            });
            digests = fresh;
        }
        return digests;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
