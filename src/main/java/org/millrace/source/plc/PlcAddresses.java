package org.millrace.source.plc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses of one source, as its protocol reads them. Pure. */
final class PlcAddresses {
    private static final Pattern ORDER = Pattern.compile("[?&]default-payload-byte-order=([A-Za-z_]+)");

    private final boolean modbus;
    private final boolean elements;
    private final ModbusSyntax syntax;

    /** @param connection the PLC4X URL */
    PlcAddresses(String connection) {
        String url = connection.toLowerCase(Locale.ROOT);
        modbus = url.startsWith("modbus");
        // elsewhere (ADS) two indices in a row are the PLC's own two-dimensional array
        elements = url.startsWith("s7");
        Matcher order = ORDER.matcher(connection);
        syntax = new ModbusSyntax(
                order.find() ? ModbusOrder.of(order.group(1)).orElse(ModbusOrder.BIG_ENDIAN) : ModbusOrder.BIG_ENDIAN);
    }

    boolean modbus() {
        return modbus;
    }

    /** What is wrong with an address, as a sentence; empty when nothing is, or when only the driver can tell. */
    String problem(String address) {
        return modbus && syntax.parse(address) instanceof ModbusSyntax.Wrong wrong ? wrong.why() : "";
    }

    /** What the driver itself has to understand; empty when it is ours. */
    String driversOwn(String address) {
        if (!modbus) {
            return item(address).asked();
        }
        return syntax.parse(address) instanceof ModbusSyntax.Foreign foreign ? foreign.text() : "";
    }

    /** @param alone addresses that are read by themselves */
    List<ReadPlan.Unit> plan(
            List<String> addresses, Predicate<String> alone, Function<String, PlcSourceFile.Group> limits) {
        Map<Boolean, List<String>> parted =
                addresses.stream().distinct().collect(java.util.stream.Collectors.partitioningBy(alone));
        List<String> apart = parted.getOrDefault(true, List.of());
        List<String> together = parted.getOrDefault(false, List.of());
        if (!modbus) {
            return ReadPlan.tags(
                    together.stream().map(this::item).toList(),
                    apart.stream().map(this::item).toList(),
                    limits.apply("").tags());
        }
        List<ReadPlan.Unit> units = new ArrayList<>(ReadPlan.blocks(known(together), known(apart), limits));
        addresses.stream()
                .filter(a -> syntax.parse(a) instanceof ModbusSyntax.Foreign)
                .distinct()
                .forEach(a -> units.add(new ReadPlan.Tags(List.of(ReadPlan.Item.whole(a)))));
        return units;
    }

    private ReadPlan.Item item(String address) {
        return elements ? ReadPlan.Item.of(address) : ReadPlan.Item.whole(address);
    }

    private List<ModbusAddress> known(List<String> addresses) {
        List<ModbusAddress> known = new ArrayList<>();
        for (String address : addresses) {
            if (syntax.parse(address) instanceof ModbusSyntax.Ok ok) {
                known.add(ok.address());
            }
        }
        return known;
    }
}
