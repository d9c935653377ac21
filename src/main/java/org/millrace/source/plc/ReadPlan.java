package org.millrace.source.plc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one scan class reads, in as few requests as the device takes. Pure. */
final class ReadPlan {
    /** Modbus allows 125 registers a request; some devices a little less. */
    static final int MOST_REGISTERS = 120;
    /** Registers nobody asked for that are read along rather than paying for another request. */
    static final int WIDEST_GAP = 8;
    /** Tags in one request of a driver that splits by itself. */
    static final int MOST_TAGS = 100;

    /** One request. */
    sealed interface Unit {
        List<String> addresses();

        /** Smaller requests for the same values, to find the one that is refused; empty when it is already the smallest. */
        List<Unit> halves();
    }

    /** Registers {@code first … first + count * width - 1} as one array; {@code at} says which element is whose. */
    record Registers(ModbusAddress first, int count, List<At> at) implements Unit {
        @Override
        public List<String> addresses() {
            return at.stream().map(At::address).toList();
        }

        String array() {
            return first.array(count);
        }

        @Override
        public List<Unit> halves() {
            if (at.size() < 2) {
                return List.of();
            }
            int middle = at.size() / 2;
            return List.of(of(at.subList(0, middle)), of(at.subList(middle, at.size())));
        }

        static Registers of(List<At> at) {
            ModbusAddress first = at.getFirst().register();
            ModbusAddress last = at.getLast().register();
            int offset = at.getFirst().element();
            return new Registers(
                    first,
                    (last.register() - first.register()) / first.width() + 1,
                    at.stream()
                            .map(a -> new At(a.address(), a.register(), a.element() - offset))
                            .toList());
        }
    }

    /** @param element index within the array */
    record At(String address, ModbusAddress register, int element) {}

    /** Tags read as they are written, in one request. */
    record Tags(List<String> addresses) implements Unit {
        @Override
        public List<Unit> halves() {
            int middle = addresses.size() / 2;
            return middle == 0
                    ? List.of()
                    : List.of(
                            new Tags(List.copyOf(addresses.subList(0, middle))),
                            new Tags(List.copyOf(addresses.subList(middle, addresses.size()))));
        }
    }

    private ReadPlan() {}

    /**
     * @param modbus whether the driver is a Modbus one: registers are joined to arrays, the rest is read one by one
     *     (an array of coils comes back as one BOOL)
     */
    static List<Unit> of(List<String> addresses, boolean modbus) {
        List<String> distinct = addresses.stream().distinct().toList();
        List<Unit> units = new ArrayList<>();
        if (!modbus) {
            for (int i = 0; i < distinct.size(); i += MOST_TAGS) {
                units.add(new Tags(List.copyOf(distinct.subList(i, Math.min(i + MOST_TAGS, distinct.size())))));
            }
            return units;
        }
        Map<String, List<At>> groups = new LinkedHashMap<>();
        for (String address : distinct) {
            Optional<ModbusAddress> register = ModbusAddress.parse(address);
            if (register.isPresent()) {
                groups.computeIfAbsent(register.get().group(), k -> new ArrayList<>())
                        .add(new At(address, register.get(), 0));
            } else {
                units.add(new Tags(List.of(address)));
            }
        }
        groups.values().forEach(group -> join(group, units));
        return units;
    }

    private static void join(List<At> group, List<Unit> units) {
        group.sort(Comparator.comparingInt(a -> a.register().register()));
        List<At> run = new ArrayList<>();
        for (At next : group) {
            if (!run.isEmpty() && !fits(run.getFirst().register(), run.getLast().register(), next.register())) {
                units.add(Registers.of(run));
                run = new ArrayList<>();
            }
            int element = run.isEmpty()
                    ? 0
                    : (next.register().register() - run.getFirst().register().register())
                            / next.register().width();
            run.add(new At(next.address(), next.register(), element));
        }
        units.add(Registers.of(run));
    }

    private static boolean fits(ModbusAddress first, ModbusAddress last, ModbusAddress next) {
        int width = first.width();
        int distance = next.register() - first.register();
        int gap = next.register() - (last.register() + width);
        boolean aligned = distance % width == 0; // an odd neighbour overlaps two elements of the array
        return aligned && gap <= WIDEST_GAP && distance + width <= MOST_REGISTERS;
    }
}
