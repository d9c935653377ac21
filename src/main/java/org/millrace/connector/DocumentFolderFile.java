package org.millrace.connector;

import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;

/** A folder that an ERP or MES reads documents from: {@code connectors-config/erp/<id>.yaml}. */
@Kind("DocumentFolder")
@Doc(
        "A folder in which every document becomes a file, named by its reference: written under another name first and then"
                + " renamed, so that a reader never sees half of one.")
public record DocumentFolderFile(
        @Doc("Id by which routes name it: hub:erp/<id>.") String id,

        @Doc(
                "The folder; relative to the home folder. It must be there, so that a share that is not mounted is noticed.")
        String path,

        @Doc("b2mml-xml, b2mml-json (both of production confirmations), or json: the hub's own form.")
        @Default("b2mml-xml")
        Format format) {

    public enum Format {
        B2MML_XML,
        B2MML_JSON,
        JSON
    }
}
