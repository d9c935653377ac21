package org.millrace.source.opcua;

import java.util.Optional;

/**
 * A variable as its server describes it.
 *
 * @param path display names from the Objects folder down, joined by {@code /}; empty when it was asked for by its node id
 * @param node as an asset file names it: {@code nsu=<uri>;s=<id>}
 * @param type {@code Double}, {@code Boolean}, …, or the node id of a type of the server's own; empty when unknown
 * @param scalar one value; false for an array or matrix, of which a tag can take none
 * @param readable for the user the source logs in as
 * @param history whether the server records it
 * @param unitShown the unit as the server shows it; empty without
 * @param unit the same in UCUM; empty when it has none or is not known
 * @param range EURange; empty without
 * @param status what reading it gave, {@code Good} or the name of a StatusCode
 */
public record ServerVariable(
        String path,
        String node,
        String type,
        boolean scalar,
        boolean readable,
        boolean history,
        String unitShown,
        Optional<String> unit,
        Optional<Range> range,
        String status) {

    public record Range(double low, double high) {}

    /** Can be a tag. */
    public boolean usable() {
        return scalar && readable;
    }
}
