"""What surrounds every page, and what all pages stand on.

===================== ====================================================================================================
`access`              whether whoever looks at the app sits at the computer that it runs on, and so may name files of its …
`escaping`            text that is not ours, shown as it is
`keys`                keys of session state
`layout`              what surrounds every page: the way in, the mark of simulated values, the sidebar, the licence
`links`               widgets whose value a link can carry, and that still hold it when one comes back to their page
`resources`           what all sessions share, opened once: release, genes, vectors
`streamlit_internals` all that the app takes of Streamlit beyond its public interface, for the version that is named here
===================== ====================================================================================================
"""
