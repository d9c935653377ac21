package org.millrace.source.codec;

import java.util.Map;
import java.util.Optional;

/**
 * Which codec reads which device's bytes. Immutable, and made anew when the configuration is.
 *
 * @param devices by source and device
 * @param filters by source and the name that the source's file gives, for devices that have none of their own
 * @param files text of every codec in use, by its path in the home folder
 */
public record Codecs(Map<Key, Codec> devices, Map<Key, Codec> filters, Map<String, String> files) {
    public static final Codecs NONE = new Codecs(Map.of(), Map.of(), Map.of());

    /** @param name of the device, in the form the decoder gives it, or of the codec */
    public record Key(String source, String name) {}

    public Codecs {
        devices = Map.copyOf(devices);
        filters = Map.copyOf(filters);
        files = Map.copyOf(files);
    }

    /** @param named codec that the source names for the payload; empty for none */
    public Optional<Codec> find(String source, String named, String device) {
        Codec own = devices.get(new Key(source, device));
        return Optional.ofNullable(own != null ? own : filters.get(new Key(source, named)));
    }
}
