package org.millrace.source.plc;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

@Kind("PlcSource")
@Doc("One PLC: one connection, grouped reads by scan class.")
public record PlcSourceFile(
        @Doc("Id that asset files name in from:.") String id,

        @Doc("PLC4X URL, e.g. modbus-tcp://127.0.0.1:502 or s7://10.0.0.7.")
        String connection,

        @Doc("Longest wait for one read.") @Default("2s") Duration timeout,

        @Doc("Scan classes by name; tags pick one with scan:. A class named default is used when a tag names none.")
        Map<String, Duration> scan,

        @Doc("What may be read with one request; only for devices that take less than usual.")
        Optional<Group> group) {

    static final Group USUAL = new Group(120, 2000, 8, 100);

    Group groups() {
        return group.orElse(USUAL);
    }

    public record Group(
            @Doc("Modbus registers in one request, at most 125.") @Default("120")
            int registers,

            @Doc("Modbus coils or discrete inputs in one request, at most 2000.") @Default("2000")
            int bits,

            @Doc("Modbus registers that no tag names and that are read along rather than paying for another request;"
                    + " 0 where reading a register changes it. Coils: 16 times as many.")
            @Default("8")
            int gap,

            @Doc("Addresses in one request of other drivers.") @Default("100")
            int tags) {}
}
