package org.millrace.source.plc;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.signal.Quality;

/**
 * What a source remembers of addresses and units at fault, over its connections. Times are {@link System#nanoTime}. One
 * thread.
 */
final class Faults {
    /** How long an address that is refused is left alone; then it is asked by itself. */
    private static final Duration REFUSED = Duration.ofSeconds(10);
    /** The same for one that is never answered: each try costs a time limit and a connection, so the pauses grow. */
    private static final Duration SILENT = Duration.ofMinutes(1);

    private static final Duration SILENT_LONGEST = Duration.ofMinutes(10);

    private record Rest(long until, int times, int quality) {
        boolean over(long now) {
            return now - until >= 0;
        }
    }

    private final PlcSourceFile.Group usual;
    private final Map<String, Rest> addresses = new HashMap<>();
    private final Map<String, Rest> devices = new HashMap<>();
    private final Map<String, Long> probed = new HashMap<>();
    private final Map<String, PlcSourceFile.Group> learned = new HashMap<>();
    /** Of a request without an answer: asked one by one until the silent one is found. */
    private final Set<String> suspects = new HashSet<>();

    private final Set<String> bad = new TreeSet<>();

    Faults(PlcSourceFile.Group usual) {
        this.usual = usual;
    }

    /** The quality of what is not asked for now. */
    OptionalInt resting(ReadPlan.Unit unit, long now) {
        Rest device = devices.get(unit.device());
        if (device != null && !device.over(now)) {
            return OptionalInt.of(device.quality());
        }
        Rest rest = unit.addresses().size() == 1 || unit.halves().isEmpty()
                ? addresses.get(unit.addresses().getFirst())
                : null;
        return rest == null || rest.over(now) ? OptionalInt.empty() : OptionalInt.of(rest.quality());
    }

    /** Whether it must not be read together with others. */
    boolean alone(String address) {
        return suspects.contains(address) || addresses.containsKey(address);
    }

    void refused(ReadPlan.Unit unit, int quality, long now) {
        unit.addresses().forEach(a -> addresses.put(a, new Rest(now + REFUSED.toNanos(), 1, quality)));
        bad.addAll(unit.addresses());
    }

    void silent(ReadPlan.Unit unit, long now) {
        unit.addresses().forEach(a -> addresses.put(a, longer(addresses.get(a), now)));
        bad.addAll(unit.addresses());
        suspects.removeAll(unit.addresses());
    }

    /** A new connection: what was refused on the last one, by a device that was going down perhaps, is asked at once. */
    void connected(long now) {
        addresses.replaceAll((address, rest) ->
                rest.quality() == Quality.BAD_TIMEOUT ? rest : new Rest(now, rest.times(), rest.quality()));
    }

    /** A unit behind a gateway that gives no answer while others do. */
    void silentDevice(String device, long now) {
        devices.put(device, longer(devices.get(device), now));
    }

    private static Rest longer(@org.jspecify.annotations.Nullable Rest before, long now) {
        int times = before == null || before.quality() != Quality.BAD_TIMEOUT ? 0 : before.times();
        long pause = Math.min(SILENT_LONGEST.toNanos(), SILENT.toNanos() << Math.min(times, 10));
        return new Rest(now + pause, times + 1, Quality.BAD_TIMEOUT);
    }

    void suspect(List<String> unanswered) {
        suspects.addAll(unanswered);
    }

    boolean anySuspects() {
        return !suspects.isEmpty();
    }

    void acquit() {
        suspects.clear();
    }

    /** @return whether the address was alone because of itself and need not be any more */
    boolean answered(String address) {
        bad.remove(address);
        return addresses.remove(address) != null;
    }

    void bad(String address) {
        bad.add(address);
    }

    void deviceAnswered(String device) {
        devices.remove(device);
    }

    /** Addresses without a value at present, in order. */
    Set<String> bad() {
        return bad;
    }

    PlcSourceFile.Group limits(String device) {
        return learned.getOrDefault(device, usual);
    }

    /** Once a minute: finding out whether a failure is one address's costs some requests. */
    boolean mayProbe(String device, long now) {
        Long last = probed.get(device);
        if (last != null && now - last < SILENT.toNanos()) {
            return false;
        }
        probed.put(device, now);
        return true;
    }

    /**
     * All values of a request came in parts though not together: what no tag names is not there, or it was too long.
     *
     * @param largest what came in the largest part: registers, coils or addresses
     */
    void tooMuch(ReadPlan.Unit unit, int largest) {
        PlcSourceFile.Group before = limits(unit.device());
        PlcSourceFile.Group after = switch (unit) {
            case ReadPlan.Block block -> {
                if (block.hasGap()) {
                    yield new PlcSourceFile.Group(before.registers(), before.bits(), 0, before.tags());
                }
                yield block.area().bits()
                        ? new PlcSourceFile.Group(before.registers(), largest, before.gap(), before.tags())
                        : new PlcSourceFile.Group(largest, before.bits(), before.gap(), before.tags());
            }
            case ReadPlan.Tags tags ->
                new PlcSourceFile.Group(before.registers(), before.bits(), before.gap(), largest);
        };
        learned.put(unit.device(), after);
    }
}
