package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Units;

class EngineeringUnitsTest {
    private static final String CEFACT = "http://www.opcfoundation.org/UA/units/un/cefact";

    /** OPC 10000-8 gives these two numbers as examples. */
    @Test
    void aUnitIdIsItsCodeInBytes() {
        assertThat(EngineeringUnits.code(4408652)).isEqualTo("CEL");
        assertThat(EngineeringUnits.code(20529)).isEqualTo("P1");
        assertThat(EngineeringUnits.ucum(unit(4408652, "°C"))).contains("Cel");
    }

    @Test
    void everyCodeOfTheTableIsUcum() {
        assertThat(EngineeringUnits.codes())
                .allSatisfy(code -> assertThatCode(() -> Units.check(code)).doesNotThrowAnyException());
    }

    @Test
    void theShownTextCountsWhereThereIsNoCode() {
        assertThat(EngineeringUnits.ucum(unit(-1, "m³/h"))).contains("m3/h");
        assertThat(EngineeringUnits.ucum(unit(0, "kWh"))).contains("kW.h");
        assertThat(EngineeringUnits.ucum(unit(0, "Nm"))).contains("N.m");
    }

    /** A guess would be converted, and be wrong by a factor nobody sees. */
    @Test
    void whatIsNotKnownIsNotGuessed() {
        assertThat(EngineeringUnits.ucum(unit(0, "C"))).isEmpty();
        assertThat(EngineeringUnits.ucum(unit(0, "nm"))).isEmpty();
        assertThat(EngineeringUnits.ucum(unit(0, "Schoppen"))).isEmpty();
        assertThat(EngineeringUnits.ucum(new EUInformation("urn:other", 4408652, null, null)))
                .isEmpty();
    }

    private static EUInformation unit(int id, String shown) {
        return new EUInformation(CEFACT, id, LocalizedText.english(shown), LocalizedText.english(shown));
    }
}
