package org.millrace.source.plc;

import java.time.Duration;
import java.util.Map;
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
        Map<String, Duration> scan) {}
