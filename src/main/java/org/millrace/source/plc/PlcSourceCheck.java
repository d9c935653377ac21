package org.millrace.source.plc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.plc4x.java.api.PlcDriverManager;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;

/** What can be told of a PLC source without its PLC. */
public final class PlcSourceCheck {
    /** PLC4X: {@code protocol[:transport]://host[:port][?options]}. */
    private static final Pattern CONNECTION =
            Pattern.compile("(?<protocol>[a-z0-9-]+)(:[a-z0-9-]+)?://(?<host>[^/?#\\s]+)[^\\s]*");

    private PlcSourceCheck() {}

    public static List<Problem> problems(PlcSourceFile file, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        Matcher connection = CONNECTION.matcher(file.connection());
        if (!connection.matches()) {
            problems.add(positions
                    .of(file, "connection")
                    .error(
                            "'" + file.connection() + "' is not a PLC4X connection",
                            "write protocol://host:port, e.g. modbus-tcp://10.0.0.7:502"));
        } else {
            Set<String> protocols = new TreeSet<>(PlcDriverManager.getDefault().getProtocolCodes());
            String protocol = connection.group("protocol");
            if (!protocols.contains(protocol)) {
                problems.add(positions
                        .of(file, "connection")
                        .error("there is no driver for '" + protocol + "'", DidYouMean.hint(protocol, protocols)));
            }
        }
        file.scan().forEach((name, every) -> {
            if (every.isZero() || every.isNegative()) {
                problems.add(positions
                        .of(file, "scan." + name)
                        .error("the scan class '" + name + "' has no period", "write e.g. 250ms or 5s"));
            }
        });
        file.group().ifPresent(group -> {
            limit(group.registers(), 1, 125, "registers", file, positions, problems);
            limit(group.bits(), 1, 2000, "bits", file, positions, problems);
            limit(group.gap(), 0, 125, "gap", file, positions, problems);
            limit(group.tags(), 1, 1000, "tags", file, positions, problems);
        });
        return problems;
    }

    private static void limit(
            int value,
            int least,
            int most,
            String key,
            PlcSourceFile file,
            Positions positions,
            List<Problem> problems) {
        if (value < least || value > most) {
            problems.add(positions
                    .of(file, "group." + key)
                    .error(key + " is " + value, "write a number from " + least + " to " + most));
        }
    }

    /**
     * What is wrong with a tag's {@code address:}; empty where only a connection can tell, because the driver can't say
     * without one.
     */
    public static Optional<String> addressProblem(PlcSourceFile file, String address) {
        return Optional.of(new PlcAddresses(file.connection()).problem(address)).filter(p -> !p.isEmpty());
    }
}
