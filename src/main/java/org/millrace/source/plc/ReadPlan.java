package org.millrace.source.plc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one scan class reads, in as few requests as the device takes. Pure. */
final class ReadPlan {
    /** Coils that fit into a register: what a gap of so many registers means for coils. */
    private static final int BITS_A_REGISTER = 16;

    /** One request. */
    sealed interface Unit {
        /** As the asset files write them. */
        List<String> addresses();

        /** Smaller requests for the same values, to find the one that is refused; empty when it is already the smallest. */
        List<Unit> halves();

        /** Who answers: the unit id behind a gateway, else the empty text. */
        String device();
    }

    /** Registers or coils {@code first … first + count - 1}, whatever is made of them: each is read once. */
    record Block(ModbusAddress.Area area, int unit, int first, int count, List<ModbusAddress> values) implements Unit {
        static Block of(List<ModbusAddress> values) {
            ModbusAddress start = values.getFirst();
            int last = values.stream().mapToInt(ModbusAddress::last).max().orElseThrow();
            return new Block(start.area(), start.unit(), start.first(), last - start.first() + 1, List.copyOf(values));
        }

        @Override
        public List<String> addresses() {
            return values.stream().map(ModbusAddress::text).toList();
        }

        @Override
        public List<Unit> halves() {
            List<Block> parts = spans(values);
            if (parts.size() < 2) {
                return List.of();
            }
            int middle = parts.size() / 2;
            return List.of(joined(parts.subList(0, middle)), joined(parts.subList(middle, parts.size())));
        }

        @Override
        public String device() {
            return unit == ModbusAddress.DEFAULT_UNIT ? "" : "unit " + unit;
        }

        /** Whether registers are read that no tag names. */
        boolean hasGap() {
            int covered = first - 1;
            for (ModbusAddress value : values) {
                if (value.first() > covered + 1) {
                    return true;
                }
                covered = Math.max(covered, value.last());
            }
            return false;
        }

        private static Unit joined(List<Block> parts) {
            return of(parts.stream().flatMap(p -> p.values().stream()).toList());
        }
    }

    /** Tags of a driver that groups by itself, in one request. */
    record Tags(List<Item> items) implements Unit {
        @Override
        public List<String> addresses() {
            return items.stream().map(Item::address).toList();
        }

        @Override
        public List<Unit> halves() {
            int middle = items.size() / 2;
            return middle == 0
                    ? List.of()
                    : List.of(new Tags(items.subList(0, middle)), new Tags(items.subList(middle, items.size())));
        }

        @Override
        public String device() {
            return "";
        }
    }

    /**
     * @param address as the asset file writes it
     * @param asked what the driver is asked for
     * @param element which element of the array that comes back; empty when it is no array
     */
    record Item(String address, String asked, OptionalInt element) {
        private static final Pattern ELEMENT = Pattern.compile("(?<array>.*\\[\\d+])\\[(?<element>\\d{1,5})]");

        static Item of(String address) {
            Matcher matcher = ELEMENT.matcher(address);
            return matcher.matches()
                    ? new Item(
                            address, matcher.group("array"), OptionalInt.of(Integer.parseInt(matcher.group("element"))))
                    : whole(address);
        }

        static Item whole(String address) {
            return new Item(address, address, OptionalInt.empty());
        }
    }

    private ReadPlan() {}

    /** @param limits by the addresses' device, see {@link Unit#device} */
    static List<Unit> blocks(
            List<ModbusAddress> together, List<ModbusAddress> alone, Function<String, PlcSourceFile.Group> limits) {
        Map<String, List<ModbusAddress>> tables = new LinkedHashMap<>();
        together.forEach(
                a -> tables.computeIfAbsent(a.table(), k -> new ArrayList<>()).add(a));
        List<Unit> units = new ArrayList<>();
        for (List<ModbusAddress> table : tables.values()) {
            List<ModbusAddress> apart = alone.stream()
                    .filter(a -> a.table().equals(table.getFirst().table()))
                    .toList();
            join(table, apart, limits.apply(Block.of(table.subList(0, 1)).device()), units);
        }
        Map<String, List<ModbusAddress>> singles = new LinkedHashMap<>();
        alone.forEach(
                a -> singles.computeIfAbsent(a.table(), k -> new ArrayList<>()).add(a));
        singles.values().forEach(table -> units.addAll(spans(sorted(table))));
        return units;
    }

    static List<Unit> tags(List<Item> together, List<Item> alone, int most) {
        List<Unit> units = new ArrayList<>();
        for (int i = 0; i < together.size(); i += most) {
            units.add(new Tags(List.copyOf(together.subList(i, Math.min(i + most, together.size())))));
        }
        alone.forEach(item -> units.add(new Tags(List.of(item))));
        return units;
    }

    private static void join(
            List<ModbusAddress> table, Collection<ModbusAddress> apart, PlcSourceFile.Group limits, List<Unit> units) {
        boolean bits = table.getFirst().area().bits();
        int most = bits ? limits.bits() : limits.registers();
        int gap = bits ? limits.gap() * BITS_A_REGISTER : limits.gap();
        List<ModbusAddress> run = new ArrayList<>();
        int end = 0;
        for (ModbusAddress next : sorted(table)) {
            if (!run.isEmpty()) {
                int first = run.getFirst().first();
                int last = Math.max(end, next.last());
                boolean fits = next.first() - end - 1 <= gap
                        && last - first + 1 <= most
                        && apart.stream().noneMatch(a -> a.last() >= first && a.first() <= last);
                if (!fits) {
                    units.add(Block.of(run));
                    run.clear();
                }
            }
            end = run.isEmpty() ? next.last() : Math.max(end, next.last());
            run.add(next);
        }
        units.add(Block.of(run));
    }

    /** The smallest requests: values of exactly the same registers (bits of one word) stay together. */
    private static List<Block> spans(List<ModbusAddress> values) {
        Map<List<Integer>, List<ModbusAddress>> spans = new LinkedHashMap<>();
        values.forEach(v -> spans.computeIfAbsent(List.of(v.first(), v.last()), k -> new ArrayList<>())
                .add(v));
        return spans.values().stream().map(Block::of).toList();
    }

    private static List<ModbusAddress> sorted(List<ModbusAddress> values) {
        return values.stream()
                .sorted(Comparator.comparingInt(ModbusAddress::first).thenComparingInt(ModbusAddress::last))
                .toList();
    }
}
