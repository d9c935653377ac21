package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of {@code ./hub}: help everywhere; exit codes 0 ok, 1 failed, 2 usage. */
class CommandLineTest {
    static List<String> commands() {
        return HubCommand.commandLine().getSubcommands().keySet().stream()
                .sorted()
                .toList();
    }

    static Stream<String> commandsThatAskAHub() {
        return Stream.of("ledger", "dead-letters", "health", "reload");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Cli help = command.equals("help") ? Cli.hub("help") : Cli.hub(command, "--help");

        assertThat(help.exit()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .startsWith("Usage: hub")
                .hasLineCount(lines(help))
                .hasLineCount(Math.max(3, lines(help)));
    }

    private static int lines(Cli help) {
        return (int) help.out().lines().count();
    }

    @Test
    void helpNamesEveryCommandWithOneLineAboutIt() {
        Cli help = Cli.hub("--help");

        assertThat(help.exit()).isZero();
        for (String command : commands()) {
            assertThat(help.out()).containsPattern("(?m)^  " + command + " +\\S.{10,}");
        }
    }

    @Test
    void versionIsTheBuilds() {
        Cli version = Cli.hub("--version");

        assertThat(version.exit()).isZero();
        assertThat(version.out()).matches("millrace \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @Test
    void anUnknownCommandIsAUsageErrorThatNamesTheNearest() {
        Cli typo = Cli.hub("chek");

        assertThat(typo.exit()).isEqualTo(2);
        assertThat(typo.err()).contains("chek").contains("check");
        assertThat(typo.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "run", "ledger", "dead-letters", "health"})
    void anUnknownOptionIsAUsageErrorThatNamesIt(String command) {
        Cli typo = Cli.hub(command, "--jsonn");

        assertThat(typo.exit()).isEqualTo(2);
        assertThat(typo.err()).contains("--jsonn");
    }

    /** One line without a stack trace: what, where, what to do. */
    @ParameterizedTest
    @MethodSource("commandsThatAskAHub")
    void withoutAHubTheCommandSaysWhereItLooked(String command) throws IOException {
        String url = "http://127.0.0.1:" + closedPort();
        Cli alone = Cli.hub(command, "--url", url);

        assertThat(alone.exit()).isEqualTo(1);
        assertThat(alone.err().strip())
                .hasLineCount(1)
                .startsWith("hub: no hub answers at " + url)
                .contains("hint:", "hub run", "--url");
        assertThat(alone.out()).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsSaidSo() {
        Cli odd = Cli.hub("ledger", "--url", "not a url");

        assertThat(odd.exit()).isEqualTo(1);
        assertThat(odd.err().strip()).hasLineCount(1).contains("not a url").contains("http://");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
