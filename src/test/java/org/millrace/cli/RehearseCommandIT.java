package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RehearseCommandIT {
    /** The launcher's archive of classes is as good as this start: it must come to ready on its own configuration. */
    @Test
    void theRehearsalsOwnConfigurationStartsAndIsReady() {
        assertThat(HubCommand.execute("rehearse")).isZero();
    }
}
