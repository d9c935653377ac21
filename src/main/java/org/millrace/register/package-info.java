/**
 * The plant's assets against the register of its maintenance system: what came in, what a person changed, and which
 * signals belong to which machine.
 *
 * <p>{@link org.millrace.register.AssetFolder} is the asset files as texts, {@link org.millrace.register.FieldMerge} the
 * three-way merge of one asset's fields, {@link org.millrace.register.ImportPlan} what an import would do,
 * {@link org.millrace.register.Imported} what the last import brought, {@link org.millrace.register.UnifiedDiff} how a
 * change is shown, {@link org.millrace.register.TagMatcher} which signal is proposed for which machine. It knows no HTTP:
 * a register comes in as a list.
 *
 * <p>Invariants: what a person wrote is never overwritten and nothing is ever deleted; a file changes only in the values
 * that are set; half a register never makes an asset "gone"; a proposal above the confident score has one candidate only.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.register;
