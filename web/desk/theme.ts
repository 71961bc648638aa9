/** The house's colours and measures as antd's theme; the same values stand in `web/ui/tokens.css`. */
import type { ConfigProviderProps } from 'antd'

const sans = '"PingFang SC","HarmonyOS Sans SC","MiSans","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif'

/** antd waits for the end of each motion, and has the focus follow it: so each has one, too short to be seen. */
const noMotion = { motionDurationFast: '1ms', motionDurationMid: '1ms', motionDurationSlow: '1ms' }

export const theme: NonNullable<ConfigProviderProps['theme']> = {
  token: {
    ...(matchMedia('(prefers-reduced-motion: reduce)').matches && noMotion),
    colorPrimary: '#1C5A94',
    colorInfo: '#1C5A94',
    colorLink: '#1C5A94',
    colorSuccess: '#1B6E43',
    colorWarning: '#8A5300',
    colorError: '#B5380D',
    colorText: '#1D2126',
    colorTextSecondary: '#47505A',
    colorTextTertiary: '#626B75',
    colorTextDescription: '#626B75',
    colorTextPlaceholder: '#626B75',
    colorTextDisabled: '#59626B',
    colorBgContainerDisabled: '#EFEEEA',
    colorBgLayout: '#F6F5F2',
    colorBorder: '#858B92',
    colorBorderSecondary: '#E4E1DB',
    colorSplit: '#E4E1DB',
    borderRadius: 6,
    borderRadiusLG: 8,
    borderRadiusSM: 4,
    fontSize: 14,
    controlHeight: 32,
    controlHeightLG: 40,
    fontFamily: sans,
    boxShadow: 'none',
    boxShadowTertiary: 'none',
  },
  components: {
    Layout: { headerBg: '#FFF', headerHeight: 52, siderBg: '#FFF', bodyBg: '#F6F5F2' },
    Menu: {
      itemHeight: 38,
      itemSelectedBg: '#EEF4FA',
      itemSelectedColor: '#154775',
      itemBorderRadius: 0,
      itemMarginInline: 0,
    },
    Table: {
      headerBg: '#FBFAF8',
      headerColor: '#626B75',
      headerSplitColor: 'transparent',
      borderColor: '#EDEBE6',
      rowSelectedBg: '#EEF4FA',
      rowSelectedHoverBg: '#EEF4FA',
      rowHoverBg: '#FBFAF8',
      cellPaddingBlockSM: 8,
      cellPaddingInlineSM: 10,
    },
    Button: { defaultShadow: 'none', primaryShadow: 'none' },
  },
}
